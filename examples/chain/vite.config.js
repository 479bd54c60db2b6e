import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// The backend serves target/demo/page, with the trace's meta tags filled in.
export default defineConfig({
  root: 'page',
  plugins: [vue()],
  build: { outDir: '../../../target/demo/page', emptyOutDir: true, chunkSizeWarningLimit: 600 },
})
