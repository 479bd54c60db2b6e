import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import { createApp } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import App from './App.vue'
import Orders from './Orders.vue'
import Shop from './Shop.vue'
import './style.css'
import { startTracing } from './tracing.js'

const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', name: 'shop', component: Shop },
    { path: '/orders', name: 'orders', component: Orders },
  ],
})

const app = createApp(App)
startTracing(app, router)
app.use(router).mount('#app')
