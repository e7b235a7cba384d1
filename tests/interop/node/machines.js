// Machines: made, joined by a second, changed, stopped and started, captured, removed.
'use strict';

const { run } = require('./clients');
const { STORE, machine } = require('./bodies');

run(async (call, refused) => {
  const seen = {};
  const vms = 'compute.virtualMachines';
  const states = async () => Object.fromEntries(
    (await call('compute.deployments.getByName', 'nodevms', 'vms')).roleInstances
      .map((one) => [one.roleName, one.instanceStatus]),
  );

  await call('compute.hostedServices.create', {
    serviceName: 'nodevms', label: 'vms', location: 'West US',
  });
  await call(`${vms}.createDeployment`, 'nodevms', {
    name: 'vms', deploymentSlot: 'Production', label: 'machines', roles: [machine('first')],
    dnsSettings: { dnsServers: [{ name: 'dns', address: '10.0.0.4' }] },
  });
  seen.deployment = await call('compute.deployments.getByName', 'nodevms', 'vms');
  const [, endpoints] = machine('second').configurationSets;
  endpoints.inputEndpoints[0].port = 2222;
  await call(`${vms}.create`, 'nodevms', 'vms', machine('second', {
    configurationSets: [machine('second').configurationSets[0], endpoints],
  }));
  seen.twice = await refused(`${vms}.beginCreating`, 'nodevms', 'vms', machine('second'));
  seen.both = await states();

  await call(`${vms}.update`, 'nodevms', 'vms', 'second', {
    roleName: 'second', roleSize: 'Medium', configurationSets: [endpoints],
    oSVirtualHardDisk: (await call(`${vms}.get`, 'nodevms', 'vms', 'second')).oSVirtualHardDisk,
  });
  seen.second = await call(`${vms}.get`, 'nodevms', 'vms', 'second');

  await call(`${vms}.shutdown`, 'nodevms', 'vms', 'first', {
    postShutdownAction: 'StoppedDeallocated',
  });
  seen.stopped = await states();
  await call(`${vms}.start`, 'nodevms', 'vms', 'first');
  await call(`${vms}.restart`, 'nodevms', 'vms', 'first');
  seen.started = await states();
  await call(`${vms}.shutdownRoles`, 'nodevms', 'vms', {
    roles: ['first', 'second'], postShutdownAction: 'Stopped',
  });
  seen.allStopped = await states();
  await call(`${vms}.startRoles`, 'nodevms', 'vms', { roles: ['first', 'second'] });

  const dns = 'compute.dnsServer';
  await call(`${dns}.addDNSServer`, 'nodevms', 'vms', { name: 'more', address: '10.0.0.5' });
  await call(`${dns}.updateDNSServer`, 'nodevms', 'vms', 'more', {
    name: 'more', address: '10.0.0.6',
  });
  await call(`${dns}.deleteDNSServer`, 'nodevms', 'vms', 'dns');
  seen.dns = (await call('compute.deployments.getByName', 'nodevms', 'vms')).dnsSettings;

  await call(`${vms}.captureVMImage`, 'nodevms', 'vms', 'second', {
    oSState: 'Specialized', vMImageName: 'taken', vMImageLabel: 'Taken',
  });
  const images = (await call('compute.virtualMachineVMImages.list')).vMImages;
  seen.captured = images.find((one) => one.name === 'taken');
  await call(`${vms}.deleteMethod`, 'nodevms', 'vms', 'second', true);
  seen.one = await states();
  await call('compute.deployments.deleteByName', 'nodevms', 'vms', true);
  await call('compute.virtualMachineVMImages.deleteMethod', 'taken', true);

  await call(`${vms}.createDeployment`, 'nodevms', {
    name: 'vms', deploymentSlot: 'Production', label: 'again',
    roles: [machine('third', {
      oSVirtualHardDisk: {
        mediaLink: `${STORE}/third.vhd`,
        sourceImageName: machine('third').oSVirtualHardDisk.sourceImageName,
      },
    })],
  });
  await call('compute.hostedServices.deleteAll', 'nodevms');
  seen.left = (await call('compute.virtualMachineDisks.listDisks')).disks;
  return seen;
});
