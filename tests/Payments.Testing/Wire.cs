using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Payments.Testing;

/// <summary>What becomes of something that a server says.</summary>
public enum Fate
{
    Pass,
    Lose,

    /// <summary>Both sides see the end of the connection.</summary>
    Cut,

    /// <summary>Only the server does: the client waits on a connection that nobody holds any more.</summary>
    HalfCut,
}

/// <summary>Lies between a client and a real server, and passes everything on but what it is told to lose, or to cut at.</summary>
public sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentBag<Task> _running = [];
    private readonly string _host;
    private readonly int _port;

    public Wire(string host, int port)
    {
        (_host, _port) = (host, port);
        _listener.Start();
        _running.Add(Accept());
    }

    public delegate Fate Judge(ReadOnlySpan<byte> answer);

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Looks at each piece that a server says, before the client sees it.</summary>
    public Judge OnAnswer { get; set; } = _ => Fate.Pass;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        foreach (var line in _running)
            await line.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    private async Task Accept()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_ending.Token);
            _running.Add(Connect(client));
        }
    }

    private async Task Connect(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient(_host, _port);
        near.NoDelay = far.NoDelay = true;
        var ends = await Task.WhenAny(
            Pass(near.GetStream(), far.GetStream(), _ => Fate.Pass),
            Pass(far.GetStream(), near.GetStream(), answer => OnAnswer(answer)));
        if (await ends != Fate.HalfCut)
            return;
        far.Close();
        await Task.Delay(Timeout.Infinite, _ending.Token);
    }

    private async Task<Fate> Pass(NetworkStream from, NetworkStream to, Judge judge)
    {
        var piece = new byte[64 * 1024];
        try
        {
            while (await from.ReadAsync(piece, _ending.Token) is > 0 and var length)
            {
                var fate = judge(piece.AsSpan(0, length));
                if (fate is Fate.Cut or Fate.HalfCut)
                    return fate;
                if (fate == Fate.Pass)
                    await to.WriteAsync(piece.AsMemory(0, length), _ending.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // One of the two has hung up; so does the wire.
        }

        return Fate.Cut;
    }
}
