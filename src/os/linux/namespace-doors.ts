/**
 * Doors into other network namespaces: netlink sockets opened there, read from here.
 *
 * A thread of its own enters each namespace and opens the sockets. Descriptors belong to the whole process and a
 * netlink socket stays in the namespace it was born in, so nothing else ever leaves ours, and a return that
 * fails can't leave the program elsewhere: the thread just ends.
 */
import { Worker } from 'node:worker_threads'

export interface DoorRequest {
  readonly inode: number
  /** A file that setns(2) takes. */
  readonly path: string
}

export type Door =
  | { readonly inode: number; readonly diag: number; readonly route: number }
  | { readonly inode: number; readonly errno: number }

/** Opens doors into all these namespaces; for each that can't be entered, the errno. */
export function openDoors(requests: readonly DoorRequest[]): Promise<readonly Door[]> {
  const file = `./namespace-doors-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(file, import.meta.url), { workerData: requests })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', code => reject(new Error(`entering namespaces ended early, status ${code}`)))
  })
}
