import assert from 'node:assert/strict'
import test from 'node:test'
import { isFault } from '../../model/fault.ts'
import { parseWaitTarget } from './target.ts'

const GOOD: readonly (readonly [text: string, kind: string, what: string])[] = [
  ['3000', 'port', 'any 3000'],
  [':3000', 'port', 'any 3000'],
  ['localhost:3000', 'port', 'localhost 3000'],
  ['[::1]:3000', 'port', '::1 3000'],
  ['tcp/53', 'port', 'any 53'],
  ['udp/53', 'port', 'any 53'],
  ['tcp:localhost:80', 'port', 'localhost 80'],
  ['tcp:80', 'port', 'any 80'],
  ['http-get:http://localhost:3000/health', 'page', 'http://localhost:3000/health'],
  ['http-get://localhost:3000/health', 'page', 'http://localhost:3000/health'],
  ['https-get://[::1]:8443', 'page', 'https://[::1]:8443/'],
  ['http://localhost', 'page', 'http://localhost/'],
  ['file:ready', 'file', 'ready'],
  ['file:C:/a:b', 'file', 'C:/a:b'],
  ['unix:/run/db.sock', 'unix', '/run/db.sock'],
  ['socket:/run/db.sock', 'unix', '/run/db.sock'],
]
for (const [text, kind, what] of GOOD) {
  test(`${text} is a ${kind}, ${what}`, () => {
    const target = parseWaitTarget(text)
    assert.equal(target.kind, kind)
    if (target.kind === 'port') assert.equal(`${target.endpoint.host ?? 'any'} ${target.endpoint.port}`, what)
    else assert.equal(target.kind === 'page' ? target.url : target.path, what)
  })
}

const BAD: readonly (readonly [text: string, why: RegExp])[] = [
  ['', /empty/],
  ['nonsense', /no port/],
  ['localhost:', /no port/],
  [':0', /reserved/],
  [':65536', /port/],
  ['udp/localhost:53', /from afar/],
  ['file:', /no path/],
  ['unix:', /no path/],
  ['http-get:', /no host/],
  ['http-get:https://localhost', /otherwise/],
  ['http-get:/path', /no host/],
  ['http://user:secret@localhost/', /user name/],
  ['http://localhost:0/', /reserved/],
  ['http://[::1/', /does not read/],
]
for (const [text, why] of BAD) {
  test(`"${text}" is refused: ${why.source}`, () => {
    assert.throws(
      () => parseWaitTarget(text),
      error => isFault(error) && error.code === 'E_WAIT_TARGET' && why.test(error.message),
    )
  })
}
