/**
 * Asks the person at the terminal. The question goes to stderr, so that an answer which is piped stays clean. The end of
 * input (Ctrl-D) is an empty answer; so is Ctrl-C, which is reported besides: the terminal sends no signal while it is asked.
 */
export async function prompt(question: string, interrupted: () => void): Promise<string> {
  const { createInterface } = await import('node:readline')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await new Promise<string>(resolve => {
      lines.once('close', () => resolve(''))
      lines.once('SIGINT', () => {
        interrupted()
        lines.close()
      })
      lines.question(question, resolve)
    })
  } finally {
    lines.close()
  }
}
