/** Lives on a host of the lab and asks why there: a question a line on its standard input, an answer a line on its output. */
import { createInterface } from 'node:readline'
import { parseAddress } from '../../../../src/model/address.ts'
import { openOS } from '../../../../src/os/open.ts'
import { openOver } from '../../../../src/os/remote/remote.ts'
import { type View, why, whyBind } from '../../../../src/tools/why/why.ts'
import { socketLink } from './socket-link.ts'
import { type Answer, type Asked, type AskedView, type Told, toldOf } from './told.ts'

const os = await openOS()
const opened = new Map<string, Promise<View>>()
process.stdout.write('ready\n')

for await (const line of createInterface(process.stdin)) {
  const answer: Answer = await find(JSON.parse(line) as Asked).then(
    told => ({ told }),
    error => ({ error: String((error as Error).stack) }),
  )
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
process.exit(0)

async function find({ target, protocol, source, reverse, views }: Asked): Promise<Told> {
  if (reverse) return toldOf(await whyBind(os, target, { ...(protocol !== undefined && { protocol }) }))
  const at = await Promise.all(views.map(viewOf))
  const diagnosis = await why(os, target, {
    at,
    ...(protocol !== undefined && { protocol }),
    ...(source !== undefined && { source: parseAddress(source) }),
  })
  return toldOf(diagnosis)
}

/** Opened once for all questions. */
function viewOf({ role, label, path }: AskedView): Promise<View> {
  let view = opened.get(path)
  if (view === undefined) {
    view = socketLink(path, label)
      .then(link => openOver(link, 'no shell'))
      .then(host => ({ role, label, os: host }))
    opened.set(path, view)
  }
  return view
}
