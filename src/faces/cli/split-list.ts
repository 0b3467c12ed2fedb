/** `a,b,c` as it is typed after a flag. Empty items are kept, so that the reader can object to them. */
export const splitList = (text: string): readonly string[] => text.split(',').map(item => item.trim())
