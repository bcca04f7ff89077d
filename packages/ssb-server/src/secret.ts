import type { ReadStream } from 'node:tty'

const ENTER = /[\r\n]/
const CTRL_C = '\u0003'
const DELETE = /[\u007f\b]/

/** Ask a person for a text that does not appear on the screen. Rejects when they interrupt. */
export async function askSecret(
  input: NodeJS.ReadStream,
  output: { write(text: string): unknown },
  question: string,
): Promise<string> {
  const terminal = input as ReadStream
  output.write(question)
  terminal.setRawMode(true)
  terminal.setEncoding('utf8')
  terminal.resume()
  try {
    return await new Promise((resolve, reject) => {
      let text = ''
      const onData = (typed: string): void => {
        for (const letter of typed) {
          if (letter === CTRL_C) {
            terminal.off('data', onData)
            reject(new Error('Interrupted.'))
            return
          }
          if (ENTER.test(letter)) {
            terminal.off('data', onData)
            resolve(text)
            return
          }
          text = DELETE.test(letter) ? text.slice(0, -1) : text + letter
        }
      }
      terminal.on('data', onData)
    })
  } finally {
    terminal.setRawMode(false)
    terminal.pause()
    output.write('\n')
  }
}
