/** `1 socket`, `2 sockets`, `0 sockets`. For words whose plural is an s more. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
