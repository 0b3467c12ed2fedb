/** Whether a hardware address of 48 bits means a group, or everybody: its group bit (IEEE 802). */
export const isGroupAddress = (address: number): boolean => Math.floor(address / 2 ** 40) % 2 === 1
