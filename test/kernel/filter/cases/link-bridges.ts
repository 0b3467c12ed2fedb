import type { LinkCase } from '../link/link-case.ts'
export const LINK_BRIDGES: readonly LinkCase[] = []
