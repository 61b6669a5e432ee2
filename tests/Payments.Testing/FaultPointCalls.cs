using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Payments.Testing;

/// <summary>What an assembly has of fault points, which are for crash tests alone.</summary>
public sealed class FaultPointCalls
{
    private const byte Call = 0x28;

    /// <param name="assembly">Its file.</param>
    public FaultPointCalls(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var methods = MethodsOf(file);
        Methods = [.. methods.Select(m => m.Name)];
        var reach = methods.Single(m => m.Name == "Reach").Handle;
        Body = file.GetMethodBody(file.GetMetadataReader().GetMethodDefinition(reach).RelativeVirtualAddress).GetILBytes()!;
        Calls = CallsOf(file, reach);
    }

    /// <summary>Methods of the class itself.</summary>
    public IReadOnlyList<string> Methods { get; }

    /// <summary>What reaching one does, as IL.</summary>
    public IReadOnlyList<byte> Body { get; }

    /// <summary>How many places reach one.</summary>
    public int Calls { get; }

    private static int CallsOf(PEReader assembly, MethodDefinitionHandle reach)
    {
        Span<byte> call = stackalloc byte[5];
        call[0] = Call;
        BinaryPrimitives.WriteInt32LittleEndian(call[1..], MetadataTokens.GetToken(reach));
        var reader = assembly.GetMetadataReader();
        var calls = 0;
        foreach (var handle in reader.MethodDefinitions)
        {
            var address = reader.GetMethodDefinition(handle).RelativeVirtualAddress;
            if (address != 0)
                calls += assembly.GetMethodBody(address).GetILBytes().AsSpan().Count(call);
        }

        return calls;
    }

    private static List<(string Name, MethodDefinitionHandle Handle)> MethodsOf(PEReader assembly)
    {
        var reader = assembly.GetMetadataReader();
        var type = reader.TypeDefinitions.Select(reader.GetTypeDefinition).Single(t => reader.GetString(t.Name) == "FaultPoints");
        return [.. type.GetMethods().Select(h => (reader.GetString(reader.GetMethodDefinition(h).Name), h))];
    }
}
