using System.Net;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Payments.Sandbox.Faults;

/// <summary>
/// A listening socket per account that has a port of its own. Closing it is what "connection refused" is: the kernel
/// answers, not we.
/// </summary>
internal sealed class AccountListeners(FaultyExchange exchange, IOptions<SandboxOptions> options, TimeProvider time)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<string, WebApplication> _open = [];
    private readonly Dictionary<string, int> _ports = [];

    /// <summary>Null where the account has none.</summary>
    public int? PortOf(string account) => _ports.TryGetValue(account, out var port) ? port : null;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (account, settings) in options.Value.Accounts)
        {
            if (settings.Port is not { } port)
                continue;
            _ports[account] = port;
            await OpenAsync(account, cancellationToken);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var account in _open.Keys.ToArray())
            await CloseAsync(account);
    }

    /// <summary>Opens the account's listener again, on the same port. Does nothing where it is open.</summary>
    public async Task OpenAsync(string account, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_open.ContainsKey(account))
                return;
            var app = Build(account, _ports[account]);
            await app.StartAsync(cancellationToken);
            _ports[account] = PortOf(app);
            _open[account] = app;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Closes the account's listener and its connections. Does nothing where it is closed.</summary>
    public async Task CloseAsync(string account)
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            if (!_open.Remove(account, out var app))
                return;
            using var limit = new CancellationTokenSource(DrainLimit, time);
            await app.StopAsync(limit.Token);
            await app.DisposeAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private WebApplication Build(string account, int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        // Both /{account}/... and, for the PSPs' own libraries, what they call at the PSP's address.
        app.Run(context =>
        {
            var path = context.Request.Path.Value ?? "";
            var own = $"/{account}/";
            return exchange.HandleAsync(
                context, account, path.StartsWith(own, StringComparison.Ordinal) ? path[own.Length..] : path.TrimStart('/'));
        });
        return app;
    }

    private static int PortOf(WebApplication app) =>
        new Uri(app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
}
