/** A policy as commands of ufw(8), which by itself keeps loopback, answers, neighbours, DHCP and ping. */
import type { Allowance, Policy } from '../../model/filter/policy.ts'

export function ufwCommands({ allow, otherwise }: Policy): string {
  const lines = [
    'ufw default allow outgoing',
    `ufw default ${otherwise === 'reject' ? 'reject' : 'deny'} incoming`,
    ...allow.flatMap(allowanceCommands),
    'ufw --force enable',
  ]
  return `${lines.join('\n')}\n`
}

function allowanceCommands(one: Allowance): readonly string[] {
  const any = one.family === null ? 'any' : one.family === 'ipv4' ? '0.0.0.0/0' : '::/0'
  const sources = one.from.length === 0 ? [any] : one.from
  const targets = one.to.length === 0 ? [any] : one.to
  const device = one.interface === null ? '' : ` in on ${one.interface}`
  const comment = one.comment === '' ? '' : ` comment '${one.comment.replaceAll("'", '')}'`
  return sources.flatMap(from =>
    targets.flatMap(to =>
      one.ports.map(
        ([first, last]) =>
          `ufw allow${device} proto ${one.protocol} from ${from} to ${to} port ${first === last ? first : `${first}:${last}`}${comment}`,
      ),
    ),
  )
}
