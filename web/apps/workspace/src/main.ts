import "./app.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { chooseLanguage } from "./messages";
import { screen } from "./state/screen.svelte";

screen.showTheme();
await chooseLanguage();
const target = document.getElementById("app");
if (target) mount(App, { target });
