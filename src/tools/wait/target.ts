/** What can be waited for, read from what a person types. */
import { type EndpointSpec, type PortName, parseEndpoint } from '../../model/endpoint.ts'
import { fault, isFault } from '../../model/fault.ts'
import { ANY_PORT } from '../../model/port.ts'

export type WaitTarget = { readonly text: string } & (
  | { readonly kind: 'port'; readonly endpoint: EndpointSpec }
  | { readonly kind: 'page'; readonly url: string }
  | { readonly kind: 'file' | 'unix'; readonly path: string }
)

/**
 * Reads `host:port`, `:3000`, `3000`, `tcp/53`, `udp/53`, `http-get:` and `https-get:` with a URL or what follows its
 * scheme, `http://…`, `file:PATH`, `unix:PATH`; and wait-on's `tcp:…`, `socket:…`. Throws `E_WAIT_TARGET`.
 */
export function parseWaitTarget(text: string, names?: PortName): WaitTarget {
  const refuse = (why: string) => fault('E_WAIT_TARGET', { text, why })
  if (text.trim() === '') throw refuse('it is empty')
  const [, scheme = '', rest = ''] = /^(https?-get|https?|file|unix|socket|tcp):(.*)$/s.exec(text) ?? []
  switch (scheme) {
    case 'file':
    case 'unix':
    case 'socket':
      if (rest === '') throw refuse('no path stands after the colon')
      return { text, kind: scheme === 'file' ? 'file' : 'unix', path: rest }
    case 'http':
    case 'https':
    case 'http-get':
    case 'https-get':
      return { text, kind: 'page', url: readUrl(scheme.replace('-get', ''), rest, refuse) }
  }
  // `tcp:localhost:80` is how wait-on writes it; `tcp:80` could be nothing else, either.
  return {
    text,
    kind: 'port',
    endpoint: readEndpoint(scheme === 'tcp' ? `tcp/${rest}` : text, names, refuse),
  }
}

type Refuse = (why: string) => Error

function readUrl(scheme: string, rest: string, refuse: Refuse): string {
  if (/^(?:https?):\/\//.test(rest) && !rest.startsWith(`${scheme}://`))
    throw refuse(`its URL begins otherwise than ${scheme}://`)
  const bare = rest.startsWith(`${scheme}://`) ? rest.slice(scheme.length + 3) : rest.replace(/^\/\//, '')
  if (bare === '' || bare.startsWith('/')) throw refuse('its URL has no host')
  const url = `${scheme}://${bare}`
  if (!URL.canParse(url)) throw refuse('its URL does not read')
  const { username, password, href, port } = new URL(url)
  if (username !== '' || password !== '')
    throw refuse('a user name has no place in it: nothing is logged in to')
  if (port === '0') throw refuse('port 0 is reserved: nobody can listen on it')
  return href
}

function readEndpoint(text: string, names: PortName | undefined, refuse: Refuse): EndpointSpec {
  try {
    const endpoint = parseEndpoint(text, names)
    if (endpoint.port === ANY_PORT) throw refuse('port 0 is reserved: nobody can listen on it')
    if (endpoint.protocol !== undefined && endpoint.protocol !== 'tcp' && endpoint.host !== undefined)
      throw refuse(
        `${endpoint.protocol} tells nobody from afar whether a server is there: name the port alone`,
      )
    return endpoint
  } catch (error) {
    if (!isFault(error) || error.code === 'E_WAIT_TARGET') throw error
    throw refuse(String(error.details.why ?? error.message))
  }
}
