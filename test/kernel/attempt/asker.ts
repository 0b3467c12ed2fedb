/**
 * A program that asks its host what it is told on stdin, a question in JSON a line, and answers each with a line. It ends when
 * its stdin does.
 */
import { createInterface } from 'node:readline'
import { parseAddress } from '../../../src/model/address.ts'
import { parseEndpoint } from '../../../src/model/endpoint.ts'
import { openOS } from '../../../src/os/open.ts'
import type { OS } from '../../../src/os/os.ts'
import type { Attempt } from '../../../src/os/reach.ts'
import type { Answer, Question } from './question.ts'

const os = await openOS()
process.stdout.write('ready\n')
for await (const line of createInterface(process.stdin)) {
  const answer = await answerTo(os, JSON.parse(line) as Question)
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
await os.close()

async function answerTo(host: OS, question: Question): Promise<Answer> {
  const { to, from, fromPort, device, hops, timeoutMs = 2000 } = question
  const more = {
    ...(from === undefined ? {} : { source: parseAddress(from) }),
    ...(fromPort === undefined ? {} : { sourcePort: fromPort }),
    ...(device === undefined ? {} : { device }),
    ...(hops === undefined ? {} : { hops }),
  }
  switch (question.ask) {
    case 'attempt': {
      const { protocol = 'tcp', host: address, port } = parseEndpoint(to)
      const end = { address: parseAddress(String(address)), port }
      const request = { protocol: protocol as 'tcp' | 'udp', to: end, watch: true, ...more }
      const attempt = await host.reach.attempt(request, { timeoutMs })
      try {
        return await spoken(attempt, question)
      } finally {
        await attempt.close()
      }
    }
    case 'ping': {
      const size = question.size === undefined ? {} : { size: question.size }
      return { pinged: await host.reach.ping({ to: parseAddress(to), ...size, ...more }, { timeoutMs }) }
    }
    case 'way':
      return { way: await host.routeTo({ to: parseAddress(to), ...more }) }
    default: {
      const { protocols, devices } = await host.counters()
      const tables = await host.routes()
      return {
        protocols: protocols.known ? Object.fromEntries(protocols.value) : {},
        devices: devices.known ? Object.fromEntries(devices.value) : {},
        interfaces: tables.known ? tables.value.interfaces : [],
      }
    }
  }
}

async function spoken(attempt: Attempt, { say, listenMs = 500, wait }: Question): Promise<Answer> {
  const { outcome, atOnce, ms, local } = attempt
  const sent = say === undefined ? undefined : await attempt.send(new TextEncoder().encode(say))
  const received = say === undefined ? undefined : await attempt.receive({ timeoutMs: listenMs })
  const heard = received?.kind === 'bytes' ? { text: new TextDecoder().decode(received.bytes) } : undefined
  // Frames come a little after what they bring about.
  let seen = await attempt.seen()
  const enough = (): boolean => wait === undefined || !seen.frames.known || seen.frames.value.length >= wait
  for (let i = 0; i < 50 && !enough(); i++) {
    await os.clock.sleep(10)
    seen = await attempt.seen()
  }
  return {
    outcome,
    atOnce,
    ms,
    local,
    seen,
    ...(sent === undefined ? {} : { sent }),
    ...(received === undefined ? {} : { received: heard ?? received }),
  }
}
