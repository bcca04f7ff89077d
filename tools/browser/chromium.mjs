// Debian's Chromium, without a window.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

const works = (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0

/**
 * The browser's command. Where there is none, and we may, Debian's package is installed.
 *
 * @returns {string}
 */
export function findChromium() {
  const found = [process.env.CHROMIUM, ...NAMES].find((name) => name && works(name))
  if (found) return found
  if (process.getuid?.() !== 0)
    throw new Error('there is no Chromium: install the package `chromium`, or set CHROMIUM')
  console.error('Installing chromium …')
  const apt = (...args) =>
    spawnSync('apt-get', ['-qq', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0
  const install = () => apt('install', '--yes', '--no-install-recommends', 'chromium')
  if (install() || (apt('update') && install())) return 'chromium'
  throw new Error('chromium could not be installed')
}

/**
 * Open a page in a browser of its own.
 *
 * @param {string} url
 * @returns {{ ended: Promise<string>, said: () => string, close: () => Promise<void> }} `said`: errors of the page;
 *   `ended` resolves to it when the browser ends by itself
 */
export function openPage(url) {
  const profile = mkdtempSync(join(tmpdir(), 'scuttlebot-chromium-'))
  const child = spawn(
    findChromium(),
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // The page's own errors come out on stderr.
      '--enable-logging=stderr',
      `--user-data-dir=${profile}`,
      url,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  )
  let said = ''
  child.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-20_000)
  })
  const ended = new Promise((resolve) => {
    child.once('exit', () => resolve(said))
    child.once('error', (error) => resolve(String(error)))
  })
  return {
    ended,
    said: () => said.match(/"Uncaught .*/g)?.join('\n') ?? said.slice(-1000),
    async close() {
      try {
        // The browser and its helpers are one process group, made by us.
        process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has ended by itself.
      }
      await ended
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
