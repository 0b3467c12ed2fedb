/** Asks the person at the terminal. The question goes to stderr, so that an answer which is piped stays clean. */
export async function prompt(question: string): Promise<string> {
  const { createInterface } = await import('node:readline')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await new Promise<string>(resolve => {
      // At the end of input (Ctrl-D), and when it is interrupted: no answer is no.
      lines.once('close', () => resolve(''))
      lines.once('SIGINT', () => {
        process.kill(process.pid, 'SIGINT')
        lines.close()
      })
      lines.question(question, resolve)
    })
  } finally {
    lines.close()
  }
}
