using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Payments.Messaging.Tests.Crashing;

/// <summary>Fault points are for crash tests: the assembly that ships must not have them.</summary>
public sealed class FaultPointsTests
{
    private const byte Call = 0x28;
    private const byte Return = 0x2a;
    private const byte Nothing = 0x00;

    [Fact]
    public void Product_Built_HasNoFaultPoint()
    {
        using var product = new PEReader(File.OpenRead(typeof(Deliveries).Assembly.Location));

        CallsOfReach(product).ShouldBe(0);
        BodyOf(product, "Reach").ShouldAllBe(b => b == Return || b == Nothing);
        MethodsOf(product).Select(m => m.Name).ShouldBe(["Reach"]);
    }

    [Fact]
    public void FaultWorker_Built_HasThemAll()
    {
        using var worker = new PEReader(File.OpenRead(FaultyWorker.Program));

        CallsOfReach(worker).ShouldBe(5);
        MethodsOf(worker).Select(m => m.Name).ShouldContain("Reached");
    }

    private static int CallsOfReach(PEReader assembly)
    {
        var reader = assembly.GetMetadataReader();
        var reach = MethodsOf(assembly).Single(m => m.Name == "Reach").Handle;
        Span<byte> call = stackalloc byte[5];
        call[0] = Call;
        BinaryPrimitives.WriteInt32LittleEndian(call[1..], MetadataTokens.GetToken(reach));
        var calls = 0;
        foreach (var handle in reader.MethodDefinitions)
        {
            var address = reader.GetMethodDefinition(handle).RelativeVirtualAddress;
            if (address != 0)
                calls += assembly.GetMethodBody(address).GetILBytes().AsSpan().Count(call);
        }

        return calls;
    }

    private static byte[] BodyOf(PEReader assembly, string method)
    {
        var handle = MethodsOf(assembly).Single(m => m.Name == method).Handle;
        var address = assembly.GetMetadataReader().GetMethodDefinition(handle).RelativeVirtualAddress;
        return assembly.GetMethodBody(address).GetILBytes()!;
    }

    private static List<(string Name, MethodDefinitionHandle Handle)> MethodsOf(PEReader assembly)
    {
        var reader = assembly.GetMetadataReader();
        var type = reader.TypeDefinitions.Select(reader.GetTypeDefinition).Single(t => reader.GetString(t.Name) == nameof(FaultPoints));
        return [.. type.GetMethods().Select(h => (reader.GetString(reader.GetMethodDefinition(h).Name), h))];
    }
}
