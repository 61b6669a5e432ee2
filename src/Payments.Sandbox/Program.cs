using Payments.Sandbox;

await using var sandbox = await SandboxHost.StartAsync(args);
await sandbox.WaitForShutdownAsync();
