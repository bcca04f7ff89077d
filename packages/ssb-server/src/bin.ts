#!/usr/bin/env node
// The executable: `start` is the server, every other command is ssb-cli's.
import { runProgram } from './program.ts'

await runProgram()
