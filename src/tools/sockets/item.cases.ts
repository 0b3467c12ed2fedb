/** A machine for one socket, and the item that is made of it. */
import { type MachineDescription, openMemory, type SocketDescription } from '../../os/memory/memory.ts'
import { ITEM_NEEDS, itemAt, type ServiceNames, type SocketItem } from './item.ts'
import { readTable, type TableRequest } from './table.ts'

export const OWN = 4_026_531_840
export const DOCKER = '4c01db0b339c8d1e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6'
const MACHINE: MachineDescription = {
  addresses: ['lo 127.0.0.1/8', 'lo ::1/128', 'eth0 203.0.113.7/24', 'eth0 fe80::7/64'],
  namespaces: [{ inode: 77, name: 'blue' }],
  processes: [
    { pid: 1, run: '/sbin/init', name: 'init' },
    { pid: 700, run: 'bash', name: 'bash' },
    {
      pid: 812,
      run: 'node server.js --token hunter2',
      name: 'server.js',
      parent: 700,
      uid: 1000,
      cwd: '/srv/shop',
      unit: 'shop.service',
      startedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    },
    { pid: 841, run: 'redis', name: 'redis', parent: 1, container: { runtime: 'docker', id: DOCKER } },
    { pid: 900, run: 'postgres', uid: 105, hidden: true },
    { pid: 950, vanishes: true },
  ],
  users: { 1000: 'alice' },
}
export const named: ServiceNames = (port, protocol) =>
  port === 9 ? null : { name: `${protocol}-${port}`, source: 'here' }

/** The item of a machine with no other socket. */
export async function itemOf(
  socket: SocketDescription,
  request: TableRequest = { owners: true, details: ['tcp', 'queues'] },
  services: ServiceNames = named,
): Promise<SocketItem> {
  const os = openMemory({ ...MACHINE, sockets: [socket] })
  const table = await readTable(os, request)
  await table.facts.prepare(table.rows, ITEM_NEEDS)
  return itemAt(table, 0, services)
}
