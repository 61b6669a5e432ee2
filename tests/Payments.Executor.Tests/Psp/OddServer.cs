using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Payments.Executor.Tests.Psp;

/// <summary>Answers each connection with the next of its answers, the last one again and again, whatever was asked, and hangs up.</summary>
internal sealed class OddServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private readonly bool _keepsAlive;
    private int _requests;

    public OddServer(string answer, bool keepsAlive = false)
        : this([answer], keepsAlive)
    {
    }

    public OddServer(IEnumerable<string> answers, bool keepsAlive = false)
    {
        _keepsAlive = keepsAlive;
        _listener.Start();
        _loop = LoopAsync([.. answers.Select(answer => Encoding.ASCII.GetBytes(answer.ReplaceLineEndings("\r\n")))]);
    }

    public int Requests => _requests;

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task LoopAsync(byte[][] answers)
    {
        try
        {
            for (var i = 0; ; i = Math.Min(i + 1, answers.Length - 1))
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                var stream = client.GetStream();
                if (await ReadRequestAsync(stream))
                    await stream.WriteAsync(answers[i], _stop.Token);
                // Hangs up on the second request without a word, as a PSP that restarts does.
                if (_keepsAlive)
                    await ReadRequestAsync(stream);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    // Requests here are small: one read holds them, or the rest comes at once.
    private async Task<bool> ReadRequestAsync(NetworkStream stream)
    {
        var buffer = new byte[64 * 1024];
        var text = "";
        while (!text.Contains("\r\n\r\n")
            || (text.StartsWith("POST", StringComparison.Ordinal) && text.EndsWith(
                "\r\n\r\n", StringComparison.Ordinal)))
        {
            var read = await stream.ReadAsync(buffer, _stop.Token);
            if (read == 0)
                return false;
            text += Encoding.ASCII.GetString(buffer, 0, read);
        }

        Interlocked.Increment(ref _requests);
        return true;
    }
}
