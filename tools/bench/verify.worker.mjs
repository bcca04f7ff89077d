// Checks a share of prepared signatures when told to: the baseline for two cores.
import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { bareSodium, signatureJob, verifyAll } from './measure.mjs'

const { file, share, shares } = workerData
const jobs = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line, n) => line && n % shares === share)
  .map((line) => signatureJob(JSON.parse(line)))
const sodium = bareSodium()
parentPort.on('message', () => {
  verifyAll(sodium, jobs)
  parentPort.postMessage('done')
})
parentPort.postMessage('ready')
