import type { Surroundings } from '../../../src/model/space/program.ts'

/** The addresses of the two devices that programs find in their namespace. */
export const ADDRESSES: Surroundings['addresses'] = [
  { device: 'd0', address: '10.80.0.1' },
  { device: 'd0', address: 'fd80::1' },
  { device: 'd1', address: '10.81.0.1' },
  { device: 'd1', address: 'fd81::1' },
]
