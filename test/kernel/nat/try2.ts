import { decodeIpPacket } from '../../../src/wire/ip-packet.ts'
import { generate } from './generate.ts'
import { openNatKernel } from './kernel.ts'
const kernel = await openNatKernel()
const program = generate(Number(process.argv[2]))
const [run] = await kernel.run([program])
const want = Number(process.argv[3])
const m = (t: any) => `${t.source.toString(16)}:${t.sourcePort} > ${t.destination.toString(16)}:${t.destinationPort}`
for (const [i, o] of run!.observations.entries()) {
  if (i > want) break
  const s = program.steps[i]!
  const p = o.sent && decodeIpPacket(o.sent.packet)
  console.log(i, 'flow' in s ? s.flow : '', s.kind, 'by' in s ? s.by : '', p ? `${o.sent!.from} ${p.protocol} ${m(p)} f=${p.tcpFlags} icmp=${p.icmpType} s=${p.fields?.get('tcp sequence')} a=${p.fields?.get('tcp ackseq')}` : '', o.forgotten ? 'forgot ' + m(o.forgotten.original) : '', 'left', o.left?.map(l => l.device + ' ' + m(decodeIpPacket(l.packet)!)).join(), 'made', o.made ? m(o.made.original) + ' / ' + m(o.made.reply) + ' st ' + o.made.status + ' tcp ' + JSON.stringify(o.made.tcp) : o.made)
}
await kernel.close()
