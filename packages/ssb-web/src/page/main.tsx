import { render } from 'preact'
import { App } from './app.tsx'
import { sampleRates } from './data/rates.ts'
import { begin } from './data/server.ts'

const place = document.getElementById('app')
if (place !== null) render(<App />, place)
sampleRates()
void begin()
