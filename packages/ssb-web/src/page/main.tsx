import { render } from 'preact'
import { App } from './app.tsx'
import { begin } from './data/server.ts'

// first of all, so that the connection grows while the rest is drawn
void begin()
const place = document.getElementById('app')
if (place !== null) render(<App />, place)
