/** Any value of the model as text: the same for two of them exactly if they are alike, bigints (IPv6) told apart. */
export const valueText = (value: object): string =>
  JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part))
