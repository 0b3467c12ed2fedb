/** The recordings there are, newest kernel first. */
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Recording } from '../recording.ts'

const folder = fileURLToPath(new URL('./testdata/', import.meta.url))

export const readRecordings = (): Recording[] =>
  globSync('*.json', { cwd: folder })
    .sort()
    .reverse()
    .map(name => JSON.parse(readFileSync(`${folder}${name}`, 'utf8')) as Recording)
