/**
 * Fetches one text over HTTP. Follows redirects, never from https to http; gives up on what is silent or
 * endless. Nothing about this machine is sent.
 */
import type { IncomingMessage } from 'node:http'
import { fault } from '../../model/fault.ts'
import type { CliContext } from './context.ts'

/** The registry's CSV had 1.1 MB in 2026; a silence of 30 s ends any patience. */
const LIMITS = Object.freeze({ bytes: 32 * 1024 * 1024, silenceMs: 30_000, redirects: 5 })

/** Throws `E_DOWNLOAD`, which says why. */
export async function download(context: CliContext, address: string): Promise<string> {
  let url = read(address, address)
  for (let redirects = 0; redirects <= LIMITS.redirects; redirects++) {
    const response = await request(context, url).catch((error: Error) => {
      throw failed(address, error.message)
    })
    const status = response.statusCode ?? 0
    const { location } = response.headers
    if (status === 200) return text(response, address)
    response.resume()
    if (status < 300 || status > 399 || location === undefined)
      throw failed(address, `the answer is ${status}`)
    const next = read(location, address, url)
    if (url.protocol === 'https:' && next.protocol !== 'https:') {
      throw failed(address, `it leads from https to ${next.href}`)
    }
    url = next
  }
  throw failed(address, `it leads on more than ${LIMITS.redirects} times`)
}

function read(text: string, address: string, base?: URL): URL {
  const url = URL.parse(text, base?.href)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw failed(address, `"${text}" is not an address of the web`)
}

function request({ signal }: CliContext, url: URL): Promise<IncomingMessage> {
  const { get } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http')
  return new Promise((resolve, reject) => {
    const headers = {
      accept: 'text/csv, text/plain, */*',
      'accept-encoding': 'identity',
      'user-agent': 'portolan',
    }
    const sent = get(url, { headers, signal, agent: false, timeout: LIMITS.silenceMs }, resolve)
    sent.on('timeout', () => sent.destroy(new Error(`silent for ${LIMITS.silenceMs / 1000} s`)))
    sent.on('error', reject)
  })
}

async function text(response: IncomingMessage, address: string): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of response) {
      chunks.push(chunk as Buffer)
      size += (chunk as Buffer).length
      if (size > LIMITS.bytes) throw new Error(`more than ${LIMITS.bytes} bytes`)
    }
  } catch (error) {
    throw failed(address, (error as Error).message)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const failed = (url: string, why: string) => fault('E_DOWNLOAD', { url, why })
