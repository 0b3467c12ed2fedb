/** What a plan has to say beside its steps. */
import type { Finding } from '../../model/finding.ts'
import type { Process } from '../../model/owner.ts'
import { NO_OWNER_SAYS } from '../sockets/sockets.ts'
import type { Supervisor } from './supervisors.ts'

export function ownerHidden(
  subject: string,
  reason: keyof typeof NO_OWNER_SAYS,
  user: string | undefined,
): Finding {
  const whose = user === undefined ? 'somebody' : user
  return {
    code: 'owner-hidden',
    severity: 'high',
    certainty: 'proven',
    subject,
    says: `${subject} is held by ${whose}, in a process that can’t be named: ${NO_OWNER_SAYS[reason]}`,
    evidence: [{ source: 'sock_diag', says: `the socket’s user is ${whose}` }],
    remedy: reason === 'denied' ? 'Run it with sudo.' : 'Look again with `ports`.',
  }
}

export const onlyConnections = (port: number, count: number): Finding => ({
  code: 'only-connections',
  severity: 'note',
  certainty: 'proven',
  subject: `port ${port}`,
  says: `nobody listens on ${port}; ${count} ${count === 1 ? 'connection has' : 'connections have'} it as an end, and clients are not ended`,
  evidence: [{ source: 'sock_diag', says: 'no socket listens or is bound there' }],
  remedy: `To end single connections, use: ports stop --connection sport = :${port}`,
})

export const unstoppable = (process: Process, way: { says: string; remedy: string }): Finding => ({
  code: 'no-way-to-stop',
  severity: 'high',
  certainty: 'inferred',
  subject: `${process.name} (pid ${process.pid})`,
  says: `${process.name} (pid ${process.pid}) is not ended: ${way.says}`,
  evidence: [{ source: 'processes', says: way.says }],
  remedy: way.remedy,
})

export const restarts = (process: Process, by: Supervisor): Finding => ({
  code: 'would-be-restarted',
  severity: 'medium',
  certainty: 'inferred',
  subject: `${process.name} (pid ${process.pid})`,
  says: `${by.name} (pid ${by.pid}) starts ${process.name} again when it ends`,
  evidence: [{ source: 'processes', says: `${process.name} descends from ${by.name}` }],
  remedy: by.remedy,
})
