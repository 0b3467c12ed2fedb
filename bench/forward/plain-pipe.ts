/** The plainest relay that Node allows: two streams piped into each other. Argument: the port to pass on to. Says its own as JSON. */
import { type AddressInfo, connect, createServer } from 'node:net'

const port = Number(process.argv[2])
const server = createServer({ allowHalfOpen: true, noDelay: true }, client => {
  const upstream = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    one.on('error', () => other.destroy())
    one.pipe(other)
  }
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  process.stdout.write(`${JSON.stringify({ listen: [server.address() as AddressInfo] })}\n`)
})
