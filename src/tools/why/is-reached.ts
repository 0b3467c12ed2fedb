/** Whether an address turned out to be one that can be reached. */
import { type Inquiry, isOpen } from './inquiry.ts'

export const isReached = (inquiry: Inquiry): boolean =>
  inquiry.target.protocol === 'tcp' ? isOpen(inquiry) : inquiry.facts.answered === true
