// Reserved addresses: alone, and for a deployment of machines; virtual networks.
'use strict';

const { run } = require('./clients');
const { machine } = require('./bodies');

run(async (call, refused) => {
  const seen = {};
  const ips = 'network.reservedIPs';
  await call(`${ips}.create`, { name: 'front', label: 'front door', location: 'West US' });
  seen.again = await refused(`${ips}.beginCreating`, { name: 'front', location: 'West US' });
  seen.created = await call(`${ips}.get`, 'front');

  await call('compute.hostedServices.create', {
    serviceName: 'nodeweb', label: 'front', location: 'West US',
  });
  await call('compute.virtualMachines.createDeployment', 'nodeweb', {
    name: 'web', deploymentSlot: 'Production', label: 'web', roles: [machine('vm')],
    reservedIPName: 'front',
  });
  seen.used = await call(`${ips}.get`, 'front');
  seen.inUse = await refused(`${ips}.beginDeleting`, 'front');
  const where = { serviceName: 'nodeweb', deploymentName: 'web' };
  await call(`${ips}.disassociate`, 'front', where);
  seen.free = await call(`${ips}.get`, 'front');
  await call(`${ips}.associate`, 'front', where);
  seen.back = (await call(`${ips}.list`)).reservedIPs;
  await call('compute.hostedServices.deleteAll', 'nodeweb');
  await call(`${ips}.deleteMethod`, 'front');
  seen.gone = await refused(`${ips}.get`, 'front');

  seen.networks = (await call('network.networks.list')).virtualNetworkSites;
  return seen;
});
