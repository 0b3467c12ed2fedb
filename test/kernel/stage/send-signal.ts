/** Asks the host to stop a process, as whoever runs this, and prints the outcome as JSON. */
import { openLinux } from '../../../src/os/linux/linux.ts'

const os = openLinux()
console.log(JSON.stringify(await os.acts.stopProcess(JSON.parse(process.argv[2]!))))
await os.close()
