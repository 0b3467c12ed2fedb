/** What the system's own resolver and openssl say, asked from a host's own mounts and network. */
import { once } from 'node:events'
import { authority } from './certificates.ts'
import type { Host } from './host.ts'

/** The first address that the system gives for a name (getaddrinfo(3)), or its word for why there is none. */
export async function resolveThere(host: Host, name: string): Promise<string> {
  const { out } = await heard(host, [
    process.execPath,
    '-e',
    `require('node:dns').lookup(process.argv[1], { verbatim: true }, (error, address) =>
       process.stdout.write(error ? error.code : address))`,
    name,
  ])
  return out
}

/** As programs of today ask (RFC 8996). */
const TODAY = ['-min_protocol', 'TLSv1.2']

/** Everything that `openssl s_client` writes of a handshake, certificate and name judged. */
export async function opensslSays(
  host: Host,
  { hostname, port }: { readonly hostname: string; readonly port: string },
): Promise<string> {
  const words = ['-connect', `${hostname}:${port}`, '-servername', hostname, '-verify_hostname', hostname]
  const { out, err } = await heard(
    host,
    ['openssl', 's_client', ...words, '-CAfile', authority(), '-verify_return_error', ...TODAY],
    'GET / HTTP/1.1\r\n\r\n',
  )
  return out + err
}

async function heard(
  host: Host,
  argv: readonly string[],
  says = '',
): Promise<{ readonly out: string; readonly err: string }> {
  const child = host.spawn(['timeout', '20', ...argv], { stdio: ['pipe', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout!.setEncoding('utf8').on('data', text => {
    out += text
  })
  child.stderr!.setEncoding('utf8').on('data', text => {
    err += text
  })
  child.stdin!.on('error', () => {}).end(says)
  await once(child, 'close')
  return { out, err }
}
