// Disks and images: registered, attached, changed, removed.
'use strict';

const { run } = require('./clients');
const { STORE, machine } = require('./bodies');

run(async (call, refused) => {
  const seen = {};
  const disks = 'compute.virtualMachineDisks';
  await call(`${disks}.createDisk`, {
    name: 'loose', label: 'loose disk', mediaLinkUri: `${STORE}/loose.vhd`,
  });
  seen.disk = await call(`${disks}.getDisk`, 'loose');
  await call(`${disks}.updateDisk`, 'loose', { name: 'loose', label: 'labelled' });
  seen.listed = (await call(`${disks}.listDisks`)).disks;

  await call('compute.hostedServices.create', {
    serviceName: 'nodevms', label: 'vms', location: 'West US',
  });
  await call('compute.virtualMachines.createDeployment', 'nodevms', {
    name: 'vms', deploymentSlot: 'Production', label: 'machines', roles: [machine('vm')],
  });
  const at = ['nodevms', 'vms', 'vm'];
  await call(`${disks}.createDataDisk`, ...at, {
    hostCaching: 'ReadOnly', label: 'data', logicalUnitNumber: 0, logicalDiskSizeInGB: 10,
    mediaLinkUri: `${STORE}/data.vhd`,
  });
  // The client wants a link, which a disk that is there already has.
  await call(`${disks}.createDataDisk`, ...at, {
    hostCaching: 'None', name: 'loose', logicalUnitNumber: 1, mediaLinkUri: '',
  });
  seen.data = await call(`${disks}.getDataDisk`, ...at, 0);
  seen.attached = await call(`${disks}.getDisk`, 'loose');
  seen.inUse = await refused(`${disks}.deleteDisk`, 'loose', false);
  await call(`${disks}.deleteDataDisk`, ...at, 1, false);
  await call(`${disks}.deleteDisk`, 'loose', true);
  seen.gone = await refused(`${disks}.getDisk`, 'loose');
  await call('compute.hostedServices.deleteAll', 'nodevms');

  const images = 'compute.virtualMachineOSImages';
  await call(`${images}.create`, {
    name: 'own', label: 'my image', mediaLinkUri: `${STORE}/image.vhd`,
    operatingSystemType: 'Linux', isPremium: false, showInGui: true, description: 'made here',
  });
  seen.image = await call(`${images}.get`, 'own');
  await call(`${images}.update`, 'own', { label: 'renamed' });
  const all = (await call(`${images}.list`)).images;
  seen.images = all.filter((one) => one.category === 'User').map((one) => [one.name, one.label]);
  await call(`${images}.deleteMethod`, 'own', true);
  seen.imageGone = await refused(`${images}.get`, 'own');
  return seen;
});
