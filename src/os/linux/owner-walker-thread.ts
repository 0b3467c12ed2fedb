/** The second thread of the walk over descriptors: draws from the shared list until it is empty. */
import { parentPort, workerData } from 'node:worker_threads'
import { openLibc } from '../ffi.ts'
import { machineFiles } from './file-tree.ts'
import { type WalkerResult, WorkList } from './owner-walker.ts'
import { walkShare } from './walk-share.ts'

const { holders, refused } = walkShare(
  { files: machineFiles, ffi: openLibc() },
  new WorkList(workerData as WorkList['shared']),
  () => true,
)
const { length, inode, pid, fd } = holders
const result: WalkerResult = { length, inode, pid, fd, refused }
parentPort?.postMessage(result, [inode.buffer, pid.buffer, fd.buffer])
