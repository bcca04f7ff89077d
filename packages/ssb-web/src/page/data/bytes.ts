/** `1.2 MB`. */
export function bytesOf(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let n = bytes
  let at = 0
  while (n >= 1000 && at < units.length - 1) {
    n /= 1000
    at += 1
  }
  return `${n < 10 && at > 0 ? n.toFixed(1) : Math.round(n)} ${units[at]}`
}
