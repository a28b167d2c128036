// Polar plots at a frequency to choose, with levels where one points. Without it the plots that stand still are enough.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("polar-data").textContent);
  const live = document.querySelector(".polar-live");
  const slider = document.getElementById("frequency");
  const shown = document.getElementById("frequency-value");
  const figures = [...live.querySelectorAll("figure")];
  const number = (value) => value.toFixed(1).replace("-", "−");

  const outline = (levels, top) => {
    const point = (db, index) => {
      const angle = (data.azimuths_deg[index] * Math.PI) / 180;
      const radius = data.radius * Math.min(1, Math.max(0, (db - top) / data.span_db + 1));
      return `${(-radius * Math.sin(angle)).toFixed(1)} ${(radius * Math.cos(angle)).toFixed(1)}`;
    };
    return `M${levels.map(point).join("L")}Z`;
  };

  const draw = () => {
    const at = Number(slider.value);
    const hz = data.frequencies_hz[at];
    shown.textContent = hz >= 1000 ? `${(hz / 1000).toPrecision(3)} kHz` : `${hz} Hz`;
    slider.setAttribute("aria-valuetext", shown.textContent);
    figures.forEach((figure, path) => {
      data.ways.forEach((way, index) => {
        const line = figure.querySelector(`path[stroke="${way.stroke}"]`);
        line.setAttribute("d", outline(data.levels_db[path][index][at], data.top_db[path]));
      });
    });
  };

  figures.forEach((figure, path) => {
    const svg = figure.querySelector("svg");
    const readout = figure.querySelector(".readout");
    svg.addEventListener("pointermove", (event) => {
      const box = svg.getBoundingClientRect();
      const x = event.clientX - box.left - box.width / 2;
      const y = event.clientY - box.top - box.height / 2;
      const step = 360 / data.azimuths_deg.length;
      const turn = Math.round(((Math.atan2(-x, y) * 180) / Math.PI + 180) / step) % data.azimuths_deg.length;
      const levels = data.ways.map((way, index) => `${way.name} ${number(data.levels_db[path][index][slider.value][turn])} dB`);
      readout.textContent = `${number(data.azimuths_deg[turn])}°: ${levels.join(", ")}`;
    });
  });

  slider.max = data.frequencies_hz.length - 1;
  slider.value = data.first;
  slider.addEventListener("input", draw);
  live.hidden = false;
  draw();
})();
