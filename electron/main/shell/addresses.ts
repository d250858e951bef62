/** Which addresses are ours, which file one of them names, and which may be opened outside. Pure: no Electron. */

import { join, normalize, sep } from 'node:path'

export const scheme = 'app'
const host = 'benchkeeper'
export const appOrigin = `${scheme}://${host}`

/** Pages elsewhere that the program itself links to. */
const knownHosts = ['www.postgresql.org']

export function isOwn(url: string): boolean {
  return url === appOrigin || url.startsWith(`${appOrigin}/`)
}

/** @returns undefined for another host, for what is no address, and for what would lead out of the folder */
export function fileOf(url: string, folder: string): string | undefined {
  try {
    const { protocol, host: asked, pathname } = new URL(url)
    if (protocol !== `${scheme}:` || asked !== host) return undefined
    const path = normalize(join(folder, decodeURIComponent(pathname)))
    return path.startsWith(folder + sep) && !path.endsWith(sep) && !path.includes('\0') ? path : undefined
  } catch {
    return undefined
  }
}

/**
 * The documentation of the lab's own services, and https pages of hosts that the program itself links to.
 * @param services origins of the services, while the lab runs
 */
export function mayOpen(url: string, services: readonly string[]): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname, port, username, password, origin, pathname } = new URL(url)
  if (username || password) return false
  if (protocol === 'https:') return knownHosts.includes(hostname) && port === ''
  return services.includes(origin) && pathname === '/docs'
}
