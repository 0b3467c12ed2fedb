/** A thread with a table of descriptors of its own, which holds a listener that its process doesn't. */
import { parentPort } from 'node:worker_threads'
import { cookieOf, unshareFiles } from './libc.ts'
import { inodeOf, listener, portOf } from './scene.ts'

unshareFiles()
const fd = listener('127.0.0.1')
parentPort!.postMessage({
  pids: [process.pid],
  inode: inodeOf(fd),
  cookie: String(cookieOf(fd)),
  port: portOf(fd),
})
parentPort!.on('message', () => {}) // keeps the thread
