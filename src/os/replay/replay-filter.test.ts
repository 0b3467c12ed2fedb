import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { openReplay, type Recording, readRecording } from './replay.ts'

const file = fileURLToPath(new URL('./testdata/harbour-root.json', import.meta.url))
const HERE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1
const skip = HERE ? false : 'the bytes were written for a little-endian machine'

const recording = (): Recording => readRecording(readFileSync(file, 'utf8'))

test('a recording without programs was not asked for its packet filter', { skip }, async () => {
  const os = openReplay(recording())
  const { views } = await os.ruleset()
  assert.deepEqual(views['nft-json'].text, { known: false, reason: 'not-asked' })
  assert.deepEqual(await os.routes(), { known: false, reason: 'not-asked' })
  await os.close()
})

test('what programs wrote on a recorded machine is told as they wrote it', { skip }, async () => {
  const programs = {
    'nft -j -a list ruleset': { status: 0, out: '{"nftables":[]}', err: '' },
    'ipset save': {
      status: 1,
      out: '',
      err: 'ipset v7.17: Kernel error received: Operation not permitted\n',
    },
  }
  const os = openReplay({ ...recording(), programs })
  const { views } = await os.ruleset()
  assert.deepEqual(views['nft-json'], {
    text: { known: true, value: '{"nftables":[]}' },
    says: 'nft -j -a list ruleset',
  })
  assert.deepEqual(views.ipset.text, { known: false, reason: 'denied' })
  assert.match(views['nft-text'].says, /there is no nft here/)
  await os.close()
})
