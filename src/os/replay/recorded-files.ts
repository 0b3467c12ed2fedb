/** The files of a recording, answered as the machine did. */
import type { FileTree } from '../linux/linux.ts'
import type { RecordedFiles } from './recording.ts'

type Question = 'read' | 'list' | 'folders' | 'link' | 'stat'

export function recordedFiles(recorded: RecordedFiles): FileTree {
  const { texts, folders, subfolders, links, stats } = recorded
  return {
    read(path) {
      const text = told(recorded, 'read', path, texts)
      return typeof text === 'string' ? Buffer.from(text, 'utf8') : Buffer.from(text.base64, 'base64')
    },
    list: path => told(recorded, 'list', path, folders),
    folders: path => told(recorded, 'folders', path, subfolders),
    link: path => told(recorded, 'link', path, links),
    stat(path) {
      const [inode, size] = told(recorded, 'stat', path, stats)
      return { inode, size }
    },
  }
}

/** Whether the recorder asked this, whatever came of it. */
export const wasAsked = (recorded: RecordedFiles, question: 'read', path: string): boolean =>
  Object.hasOwn(recorded.texts, path) || Object.hasOwn(recorded.refusals, `${question} ${path}`)

/** The answer, or an error as the system gave it; what nobody asked counts as not there. */
function told<T>(
  { refusals }: RecordedFiles,
  question: Question,
  path: string,
  answers: Readonly<Record<string, T>>,
): T {
  if (Object.hasOwn(answers, path)) return answers[path]!
  const code = Object.hasOwn(refusals, `${question} ${path}`) ? refusals[`${question} ${path}`]! : 'ENOENT'
  throw Object.assign(new Error(`${code}: ${question} '${path}'`), { code })
}
