using System.Net;
using System.Net.Sockets;

namespace Payments.Benchmark.Floor;

/// <summary>Answers any request with 200 once the worker consumes; before that nobody listens.</summary>
internal static class HealthEndpoint
{
    private static ReadOnlySpan<byte> Answer => "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nHealthy"u8;

    public static async Task Serve(Uri address)
    {
        using var listener = new TcpListener(IPAddress.Parse(address.Host), address.Port);
        listener.Start();
        var request = new byte[4096];
        while (true)
        {
            using var client = await listener.AcceptTcpClientAsync();
            try
            {
                // A health check's request fits one read; what it asks for does not matter.
                if (await client.GetStream().ReadAsync(request) > 0)
                    client.GetStream().Write(Answer);
            }
            catch (IOException)
            {
                // The asker has gone: the next one is answered.
            }
        }
    }
}
