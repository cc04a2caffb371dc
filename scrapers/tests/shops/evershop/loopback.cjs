// The shop listens on every interface of the machine; a test must not.
const { Server } = require('node:net');
const listen = Server.prototype.listen;
Server.prototype.listen = function (port, ...rest) {
  const to = typeof port === 'object' || typeof port === 'function' ? port : { port: Number(port), host: '127.0.0.1' };
  return listen.call(this, to, ...rest.filter((given) => typeof given === 'function'));
};
