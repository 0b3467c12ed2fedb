/** The tables of docs/why.md that say what is said to a port: made from the protocols themselves. */
import { DATAGRAM_QUERIES, GREETINGS, KEEPS_SILENT } from '../src/tools/why/protocols/protocols.ts'

export function protocolsText(): string {
  const streams = GREETINGS.map(({ title, source, ports, tlsPorts = [], first, hello }) => {
    const spoken = first === 'server' ? 'nothing: it greets' : shown(hello!('HOST'))
    return `| ${title} | ${ports.join(' ') || 'none'} | ${tlsPorts.join(' ') || 'none'} | ${spoken} | ${source} |`
  })
  const datagrams = DATAGRAM_QUERIES.map(
    ({ title, source, ports, ask }) => `| ${title} | ${ports.join(' ')} | ${shown(ask)} | ${source} |`,
  )
  const silent = Object.entries(KEEPS_SILENT).map(([port, says]) => `${port} (${says})`)
  return `## What is said to a port

By TCP, where the port is one of these or a URL's scheme says so. Of another port nothing is asked: some printers print whatever comes.

| protocol | ports | with TLS | what we say first | by |
|---|---|---|---|---|
${streams.join('\n')}

By UDP; to another port an empty datagram is sent. Some ports keep silent to strangers: ${silent.join(', ')}.

| protocol | ports | what we ask | by |
|---|---|---|---|
${datagrams.join('\n')}`
}

/** Text as it stands, with line ends as words; bytes in hexadecimal, the first sixteen of them. */
function shown(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1')
  if (/^[\x20-\x7e\r\n]+$/.test(text)) return `\`${text.trimEnd().replaceAll('\r\n', ' ⏎ ')}\``
  const digits = Buffer.from(bytes.subarray(0, 16)).toString('hex')
  return `\`${digits}\`${bytes.length > 16 ? `… (${bytes.length} bytes)` : ''}`
}
