// A network of our own: the reference peers bind every interface and broadcast, so they run where only `lo` exists.
import { spawn, spawnSync } from 'node:child_process'
import { networkInterfaces } from 'node:os'

const MARK = 'SCUTTLEBOT_NETNS'

/** True when this process already runs in the namespace that `enterNetns` makes. */
const inside = () =>
  process.env[MARK] === '1' && Object.keys(networkInterfaces()).every((name) => name === 'lo')

/** The command that makes the namespace: as root, or as root of a user namespace where the kernel allows that. */
function unshareArguments() {
  const attempts = [['--net'], ['--user', '--map-root-user', '--net']]
  return attempts.find(
    (flags) =>
      spawnSync('unshare', [...flags, 'sh', '-c', 'ip link set lo up'], { stdio: 'ignore' })
        .status === 0,
  )
}

/**
 * Make sure that the current script runs in a network namespace that holds only the loopback interface.
 * Outside one, the script is started again inside and this promise never resolves: the process ends with the inner
 * script's exit code. Where no namespace can be made it says so and exits with 3.
 *
 * @returns {Promise<void>}
 */
export async function enterNetns() {
  if (inside()) return
  const flags = process.platform === 'linux' ? unshareArguments() : undefined
  if (!flags) {
    console.error(
      'This needs a network namespace of its own (Linux, `unshare` and `ip`, root or user namespaces): the reference peers bind every interface and broadcast.',
    )
    process.exit(3)
  }
  const child = spawn(
    'unshare',
    [...flags, 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', process.execPath].concat(
      process.execArgv,
      process.argv.slice(1),
    ),
    { stdio: 'inherit', env: { ...process.env, [MARK]: '1' } },
  )
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  const code = await new Promise((resolve) => {
    child.once('exit', (status, signal) => resolve(signal ? 1 : status))
    child.once('error', () => resolve(1))
  })
  process.exit(code)
}
