/** An address and a port as they are written: `192.0.2.1:80`, `[::1]:80`. */
import type { Address } from '../../model/address.ts'
import { formatEndpoint } from '../../model/endpoint.ts'
import { parsePort } from '../../model/port.ts'

export const placeText = (address: Address, port: number): string =>
  formatEndpoint({ address, port: parsePort(String(port)) })
