import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeContext } from './fake-context.ts'
import { readText } from './read-text.ts'

test('a file, and standard input', async () => {
  const context = fakeContext({ files: { 'rules.nft': 'table ip t {}' }, input: 'from a pipe' })
  assert.equal(await readText(context, 'rules.nft'), 'table ip t {}')
  assert.equal(await readText(context, '-'), 'from a pipe')
})

test('what is not there is said', async () => {
  await assert.rejects(readText(fakeContext(), 'rules.nft'), {
    code: 'E_FILE_READ',
    message: /could not read rules.nft: there is no such file/,
  })
  await assert.rejects(readText(fakeContext(), '-'), { code: 'E_FILE_READ', message: /standard input/ })
})
